// Tests a domain: given<account>(events...).when(command) == then(events...).
#pragma once

#include "actors/model/given.hpp"
