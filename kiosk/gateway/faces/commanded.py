"""SIMULATOR: `POST /simulator/face/{key}` lets an invented person look into the simulated face reader."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response

from kiosk.gateway.problems import Problem, Refused
from kiosk.gateway.simulator import Simulator

FACE = "/simulator/face"


def add_commanded_faces(app: FastAPI, simulator: Simulator) -> None:
    """Add the operation; it needs a terminal's token, and is no part of the contract for other gateways."""

    @app.post(FACE + "/{key}", include_in_schema=False)
    async def show_face(key: str) -> Response:
        try:
            shown = simulator.show_face(key)
        except KeyError:
            raise Refused(Problem.NOT_FOUND) from None
        if not shown:
            raise Refused(Problem.BACKEND_DOWN)
        return Response(status_code=204)
