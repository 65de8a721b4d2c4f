-- wrk script, for one thread: every request is the vote of another account in one poll. Of $VOTES_FILE: the
-- path, the first voter's number, how many they are, how many options. Stops when all have been answered.
local path, first, count, options
local at, last
local all = {}

function setup(thread)
  all[#all + 1] = thread
end

function init(_)
  local file = io.open(os.getenv("VOTES_FILE"))
  path, first, count, options = file:read("*l", "*n", "*n", "*n")
  file:close()
  at, last = first, first + count
  answered, refused, promised = 0, 0, 0
end

local looked = false

function request()
  if not looked then  -- wrk looks at one request before it begins, and does not send it
    looked = true
    return wrk.format("OPTIONS", "/api/v1/polls")
  end
  if at >= last then  -- all have asked, not all were answered yet: something that costs little
    return wrk.format("OPTIONS", "/api/v1/polls")
  end
  local voter = at
  at = at + 1
  return wrk.format("POST", path, {
    ["Authorization"] = "Bearer voter-" .. voter,
    ["Content-Type"] = "application/json",  -- as the web client and the official apps send it
  }, '{"choices":[' .. voter % options .. ']}')
end

function response(status, _, body)
  if body == "" then return end
  answered = answered + 1
  if status ~= 200 then
    refused = refused + 1
    if refused < 4 then io.stderr:write(status, " ", body, "\n") end
  elseif string.find(body, '"promise":', 1, true) then
    promised = promised + 1
  end
  if answered == count then
    io.stdout:write("ANSWERED\n")  -- votes.py interrupts wrk, which tells its figures then
    io.stdout:flush()
    wrk.thread:stop()
  end
end

function done(s, latency, _)
  local thread, e = all[1], s.errors
  io.write(string.format(
    'VOTES {"answered": %d, "refused": %d, "promised": %d, "broken": %d, "secs": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f}\n',
    thread:get("answered"), thread:get("refused"), thread:get("promised"),
    e.connect + e.read + e.timeout, s.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
