"""AWS as it is: what describe calls answer, and what natlane makes of the answers. It reads and never writes.

boto3 is an optional extra (`pip install 'natlane[aws]'`) and is imported where a call is made, nowhere else.
"""
