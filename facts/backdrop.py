"""The shape of a room as one camera sees it (背景轮廓): how strong the edges are in each of 48 × 27 cells.

A head is two or three cells: no face is in it. ``View.backdrop`` holds it in base64, two cells a byte.
"""

COLUMNS, ROWS = 48, 27
