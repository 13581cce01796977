-- Gives units back to a window, from its oldest steps (window.ts says why), or adds them to the current one when negative.
-- KEYS: the window. ARGV: now, windowMs, units, when the units were taken.

local now, windowMs = clock(), tonumber(ARGV[2])
local window = open(KEYS[1], windowMs, now)
local rest = tonumber(ARGV[3])
if rest < 0 then
  add(window, -rest)
  return
end
if tonumber(ARGV[4]) <= now - windowMs then return end -- they left the window with the take
for _, entry in ipairs(window.steps) do
  if rest <= 0 then break end
  if entry[2] <= rest then
    redis.call('HDEL', window.key, whole(entry[1]))
  else
    redis.call('HINCRBY', window.key, whole(entry[1]), whole(-rest))
  end
  rest = rest - entry[2]
end
