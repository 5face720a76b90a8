"""What `independent_joint_caller.py` is made of. Python's standard library alone, and none of this workspace's code."""
