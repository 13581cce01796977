-- Who reads a run on other instances than its writer's; a reader that gives no sign of life is forgotten.
-- KEYS: a sorted set, member = reader, score = Unix ms when it is forgotten.
-- ARGV: reader ('' = only count), ms until it is forgotten.
-- @return how many there are

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
if ARGV[1] ~= '' then
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return redis.call('ZCARD', KEYS[1])
