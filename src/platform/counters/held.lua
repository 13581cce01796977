-- How many places are taken now. KEYS: the places. ARGV: now.

return taken(KEYS[1], clock())
