-- A slot lives in the table that `home` finds; setting one goes there.
local function home(object, slot)
  while rawget(object, slot) == nil do object = rawget(object, "parent") end
  return object
end
local function get(object, slot) return home(object, slot)[slot] end
local function set(object, slot, value) home(object, slot)[slot] = value end
local function admit(object) set(object, "patients", get(object, "patients") + 1) end
local function clone(object)
  local made = {}
  for k, v in pairs(object) do made[k] = v end
  return made
end

local ward = {patients = 0, motto = "rest"}
local bedA = {parent = ward, name = "A"}
local bedB = {parent = ward, name = "B"}
local annex = {parent = ward, name = "annex", patients = 100}
admit(bedA)
admit(bedB) admit(bedB)
admit(annex)
for _, each in ipairs {bedA, bedB, annex, ward} do print(get(each, "patients")) end

local annex2, bedC = clone(annex), clone(bedA)
admit(annex2) admit(annex2)
admit(bedC)
for _, each in ipairs {annex, annex2, bedC, ward} do print(get(each, "patients")) end
print(get(bedC, "name"))

bedB.patients, bedB.motto = 7, "move"
admit(bedB)
for _, each in ipairs {bedA, bedB, ward} do print(get(each, "patients")) end
print(get(bedA, "motto")) print(get(bedB, "motto"))

local guarded = {parent = ward}
local function patients(n)
  if n > 4 then print("full") else set(ward, "patients", n) end
end
local function admitGuarded() patients(get(guarded, "patients") + 1) end
admitGuarded() patients(9) admitGuarded()
print(get(ward, "patients"))
