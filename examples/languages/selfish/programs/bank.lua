local Account = {}
Account.__index = Account
function Account:deposit(amount)
  if amount <= 0 then error("deposits are positive", 0) end
  self.balance = self.balance + amount
end
function Account:withdraw(amount)
  if amount > self:available() then error("not enough: " .. self:available(), 0) end
  self.balance = self.balance - amount
end
function Account:available() return self.balance end
function Account:report() return self.owner .. " has " .. self.balance end

local Savings = setmetatable({}, Account)
Savings.__index = Savings
function Savings:addInterest() self:deposit(self.balance * self.rate // 100) end
function Savings:report() return Account.report(self) .. " at " .. self.rate .. "%" end

local Checking = setmetatable({}, Account)
Checking.__index = Checking
function Checking:available() return Account.available(self) + self.limit end
function Checking:withdraw(amount)
  print("withdrawing " .. amount)
  Account.withdraw(self, amount)
end

local Student = setmetatable({}, Checking)
Student.__index = Student
function Student:available() return Checking.available(self) + 5 end
function Student:report() return "[student] " .. Checking.report(self) end

local ann = setmetatable({owner = "Ann", balance = 200, rate = 5}, Savings)
local bob = setmetatable({owner = "Bob", balance = 10, limit = 50}, Checking)
local eve = setmetatable({owner = "Eve", balance = 0, limit = 20}, Student)

local function try(f, ...)
  local fine, what = pcall(f, ...)
  if not fine then print(what) end
end

ann:deposit(50)
ann:addInterest()
print(ann:report())
bob:withdraw(60)
print(bob:report())
try(bob.withdraw, bob, 1)
try(ann.deposit, ann, -3)
print(eve:available())
eve:withdraw(25)
print(eve:report())
try(eve.withdraw, eve, 1)
print(eve:report())
