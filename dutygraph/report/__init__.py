"""Tables and measures of one edition → a page to read and tables to go on with."""
