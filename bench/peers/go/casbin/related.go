package main

import "strings"

// related: does the principal have the relation to the resource? A relation is one of
//
//	member:ATTRIBUTE        the resource's group ATTRIBUTE (owner.x: of its owner) is among the principal's groups
//	is:ATTRIBUTE            the resource's ATTRIBUTE is the principal
//	flag:ATTRIBUTE          the resource's ATTRIBUTE is true
//	under:ATTRIBUTE         the resource, or something that it is in, is in the principal's set ATTRIBUTE
//	holds:ATTRIBUTE         the resource is in the principal's set ATTRIBUTE
//	seen:ATTRIBUTE          the principal's ATTRIBUTE is among what the resource is in
//	anyone
func related(principal, resource map[string]any, relation string) bool {
	kind, name, _ := strings.Cut(relation, ":")
	switch kind {
	case "member":
		if rest, ok := strings.CutPrefix(name, "owner."); ok {
			resource, name = resource["owner"].(map[string]any), rest
		}
		return has(principal["ancestors"], resource[name])
	case "is":
		return resource[name] != nil && resource[name] == principal["id"]
	case "flag":
		return resource[name] == true
	case "holds":
		return has(principal[name], resource["id"])
	case "seen":
		return has(resource["ancestors"], principal[name])
	case "under":
		if has(principal[name], resource["id"]) {
			return true
		}
		for held := range principal[name].(map[string]any) {
			if has(resource["ancestors"], held) {
				return true
			}
		}
		return false
	}
	return kind == "anyone"
}

func has(set, key any) bool {
	name, ok := key.(string)
	members, isSet := set.(map[string]any)
	_, found := members[name]
	return ok && isSet && found
}
