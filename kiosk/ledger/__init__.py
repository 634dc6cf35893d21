"""The record of visits: one SQLite file, one writer, personal fields encrypted."""
