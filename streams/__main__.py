"""`python -m streams` is `leadline`."""

from streams.cli import main

main()
