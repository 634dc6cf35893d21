"""The screens: Textual only. They draw and decide nothing."""

import os

# By variables of the environment Textual can be driven, recorded, traced (what is typed, too) and replaced. It reads
# them when it is imported, and that is never before this. How much it animates is no danger.
for _name in [name for name in os.environ if name.startswith("TEXTUAL") and name != "TEXTUAL_ANIMATIONS"]:
    del os.environ[_name]
