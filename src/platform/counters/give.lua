-- Gives back to windows and frees places, in turn. Units leave a window's oldest steps first (window.ts says why), or are
-- added to the current one when negative.
-- KEYS: the window or the places, one of each gift. ARGV: now; then of each: windowMs, units, and when the units were
-- taken; or '', the lease, and ''.

local now = clock()
local opened = {}
for i, key in ipairs(KEYS) do
  local windowMs, units, takenAt = ARGV[3 * i - 1], ARGV[3 * i], ARGV[3 * i + 1]
  if windowMs == '' then
    redis.call('ZREM', key, units)
  else
    windowMs, units = tonumber(windowMs), tonumber(units)
    local window = opened[key] or open(key, windowMs, now)
    opened[key] = window
    if units < 0 then
      add(window, -units)
      enter(window, -units)
    elseif tonumber(takenAt) > now - windowMs then -- or else they left the window with the take
      remove(window, units)
    end
  end
end
