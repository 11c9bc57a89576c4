"""An evaluation as a sheet of figures, charts and tables: for the terminal and as one page."""
