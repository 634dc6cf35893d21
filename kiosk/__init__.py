"""kenshin-kiosk: the check-in terminal of a health-checkup centre (特定健診・特定保健指導の実施機関)."""

__version__ = "0.1.0"
