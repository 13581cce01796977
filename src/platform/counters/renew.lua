-- Holds a place for longer, or again when it had run out: what runs is what counts.
-- KEYS: the places. ARGV: now, lease, leaseMs.
-- @return 1 when the place had been held all the time, 0 when not

local key, lease = KEYS[1], ARGV[2]
local now = clock()
taken(key, now)
local lasted = redis.call('ZSCORE', key, lease) and 1 or 0
hold(key, lease, tonumber(ARGV[3]), now)
return lasted
