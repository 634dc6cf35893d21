"""Files of one day: sealed on disk, held in memory by the running kiosk, and gone when their last day is over."""
