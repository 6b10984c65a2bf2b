"""Compare, rank and weigh 3D surface scans."""
