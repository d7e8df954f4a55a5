"""The databases we can keep things in, behind one seam (base.py)."""
