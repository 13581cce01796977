-- Takes units from every window or from none: the script is one step for everybody else.
-- KEYS: a window per demand. ARGV: now, then windowMs, limit, cost per demand.
-- @return { 1, now, remaining per demand … } or { 0, index of the first demand that was short (from 0), ms to wait }

local now = clock()
local opened, asked, answer = {}, {}, { 1, now }
for i, key in ipairs(KEYS) do
  local windowMs, limit, cost = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  local window = opened[key] or open(key, windowMs, now)
  opened[key] = window
  local wanted = (asked[key] or 0) + cost -- one key may be asked for twice
  local excess = window.used + wanted - limit
  if excess > 0 then
    local freed = 0
    for _, entry in ipairs(window.steps) do
      freed = freed + entry[2]
      if freed >= excess then
        return { 0, i - 1, (entry[1] + window.reach + 1) * window.stepMs - math.floor(now) }
      end
    end
    return { 0, i - 1, (window.reach + 1) * window.stepMs } -- more than the limit at once: never
  end
  asked[key] = wanted
  answer[i + 2] = -excess
end
for key, units in pairs(asked) do add(opened[key], units) end
return answer
