"""The agency's own form: an .odt or .docx with placeholders, checked, filled, and printed where LibreOffice is installed."""
