"""`python -m kbnn_analysis` is `kbnn`."""

from kbnn_analysis.cli import main

if __name__ == "__main__":
    main()
