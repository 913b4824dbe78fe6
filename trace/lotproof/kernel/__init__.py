"""The ground floor: errors, time, identifiers, quantities, units, money and strict JSON.

Nothing here performs input or output, reads a clock or an environment, or imports another floor.
"""
