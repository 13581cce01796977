-- Gives back to windows and frees places, in turn. Units leave a window's oldest steps first (window.ts says why), or are
-- added to the current one when negative.
-- KEYS: the windows and the places. ARGV: now; and a list in JSON, per gift: which of the keys, windowMs, units,
-- and when the units were taken; or the key, '', the lease, and ''.

local now = clock()
local given = cjson.decode(ARGV[2])
local opened = {}
for i = 1, #given, 4 do
  local key, windowMs, units, takenAt = KEYS[given[i]], given[i + 1], given[i + 2], given[i + 3]
  if windowMs == '' then
    redis.call('ZREM', key, units)
  else
    local window = opened[key] or open(key, windowMs, now)
    opened[key] = window
    if units < 0 then
      add(window, -units)
      enter(window, -units)
    elseif takenAt > now - windowMs then -- or else they left the window with the take
      remove(window, units)
    end
  end
end
