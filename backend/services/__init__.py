"""What the product does for owners, staff and visitors: one use-case a file, named as a sentence.

Commands, both doors and jobs call these. Nothing here prints, and nothing here knows HTTP.
"""
