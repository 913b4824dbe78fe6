"""The storage floor: declarative base, engines that assert durability, fair lock, blobs and migrations."""
