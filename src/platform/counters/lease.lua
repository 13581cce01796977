-- A place among `limit`, held until its time has run out.
-- KEYS: a sorted set, member = lease, score = Unix ms when it runs out. ARGV: now ('' for the server's clock), lease, ttlMs, limit;
-- limit '' renews a lease that is still held.
-- @return 1 when the place is held, 0 when it is not

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local key, lease, ttlMs, limit = KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now))
if limit then
  if redis.call('ZCARD', key) >= limit then return 0 end
elseif not redis.call('ZSCORE', key, lease) then
  return 0
end
redis.call('ZADD', key, string.format('%.0f', now + ttlMs), lease)
-- The set lives as long as the lease that lives longest.
if redis.call('PTTL', key) < ttlMs then redis.call('PEXPIRE', key, string.format('%.0f', ttlMs)) end
return 1
