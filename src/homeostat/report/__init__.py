"""What people read: charts, files, the terminal."""
