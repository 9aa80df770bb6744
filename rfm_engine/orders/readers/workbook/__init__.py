"""Excel workbooks: sheets, and what their parts say besides the cells."""
