"""`python -m lotproof_cli`, the same as `lotproof`."""

from lotproof_cli.main import main

if __name__ == "__main__":
    main()
