"""What people read in the terminal: values in, 繁體中文 text out. Printing is the command's business."""
