#!/usr/bin/env python
"""Run a management command: `.venv/bin/python manage.py help`."""

import sys

from django.core.management import execute_from_command_line

from console.startup import database_troubles_in_one_line, refusals_in_one_line

if __name__ == "__main__":
    with refusals_in_one_line(), database_troubles_in_one_line():
        execute_from_command_line(sys.argv)
