"""The record of visits."""
