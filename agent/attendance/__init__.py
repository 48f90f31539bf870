"""What an attendance system exports (leave, overtime, rosters, punches), read and kept as duty facts."""
