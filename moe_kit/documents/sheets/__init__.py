"""What spreadsheets show: values as they are displayed, tables with the names of their columns."""
