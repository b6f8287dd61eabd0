// For files of the engine that guard against what others throw, on a target without exceptions: what they guard against
// (memory running out, in the main) ends the instance there. The standard headers come first, so that they are read as
// they are.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#pragma clang diagnostic ignored "-Wkeyword-macro"
#define try if (true)
#define catch(what) else
