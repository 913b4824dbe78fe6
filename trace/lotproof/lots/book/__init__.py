"""The field book and the lot book: what people of an organisation record about its plots and lots, and read of them."""
