"""The use-cases of owners, staff and visitors: one a file, named as a sentence.

Commands, both doors and jobs call these. Nothing here prints, and nothing here knows HTTP.
"""
