-- What counts in a window now. KEYS: the window. ARGV: now, windowMs.
-- @return { units, ms until none of them counts }

local now = clock()
local window = open(KEYS[1], tonumber(ARGV[2]), now)
local last = window.steps[#window.steps]
if not last then return { 0, 0 } end
return { window.used, (last[1] + window.reach + 1) * window.stepMs - math.floor(now) }
