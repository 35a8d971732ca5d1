-- The load: wrk sends the requests of a file in turn and counts every answer that is not exactly what was expected.
-- A line of the file is a body, or, where LOAD_IN says so, the value of the Authorization header.

local expected = tonumber(os.getenv("LOAD_STATUS"))
local marker = os.getenv("LOAD_MARKER")
local pause = tonumber(os.getenv("LOAD_PAUSE_MS") or "0")
local threads, requests, at = {}, {}, tonumber(os.getenv("LOAD_START") or "0")
wrong, sample = 0, ""

function setup(thread)
  table.insert(threads, thread)
end

function init()
  local method, path, type = os.getenv("LOAD_METHOD"), os.getenv("LOAD_PATH"), os.getenv("LOAD_TYPE")
  for line in io.lines(os.getenv("LOAD_LINES")) do
    local headers, body = {}, nil
    if os.getenv("LOAD_IN") == "authorization" then
      headers["Authorization"], body = line, os.getenv("LOAD_BODY")
    else
      body = line
    end
    if body == "" then body = nil end
    if body then headers["Content-Type"] = type end
    table.insert(requests, wrk.format(method, path, headers, body))
  end
  math.randomseed(os.time())
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function response(status, _, body)
  if status ~= expected or not string.find(body, marker, 1, true) then
    wrong = wrong + 1
    if sample == "" then sample = status .. " " .. string.sub(body, 1, 200) end
  end
end

-- Exponential pauses: each connection sends when it likes, so that requests meet as those of strangers do.
if pause > 0 then
  function delay()
    return math.floor(-math.log(1 - math.random()) * pause + 0.5)
  end
end

function done(summary, latency, _)
  local e = summary.errors
  local bad, first = 0, ""
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("wrong")
    if first == "" then first = thread:get("sample") end
  end
  io.write(string.format("RESULT\t%d\t%d\t%d\t%d\t%d\t%s\n", summary.requests, summary.duration,
    bad + e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99),
    string.gsub(first, "%s", " ")))
end
