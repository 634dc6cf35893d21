"""The floor of the gateway: FastAPI that sends back what it got, served as the gateway is."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

app = FastAPI(docs_url=None, redoc_url=None)


@app.post("/v1/qualifications")
async def echo(query: dict[str, str]) -> dict[str, str]:
    return query


def main() -> None:
    """Serve on a free port, which is printed."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
