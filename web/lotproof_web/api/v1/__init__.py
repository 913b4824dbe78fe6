"""The JSON interface, version 1: resources with their schemas, documented by what they are made of."""
