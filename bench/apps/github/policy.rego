package bench

default decision := "deny"

decision := "allow" if allow

groups := data.principals[input.principal].ancestors

repo := data.resources[input.resource]

allow if {
	some relation in grants[input.action].repo
	groups[repo[relation]]
}

allow if {
	some relation in grants[input.action].owner
	groups[repo.owner[relation]]
}

grants := {
	"read": {"repo": ["readers", "triagers", "writers", "maintainers", "admins"], "owner": ["readers", "writers", "admins"]},
	"triage": {"repo": ["triagers", "writers", "maintainers", "admins"], "owner": ["writers", "admins"]},
	"write": {"repo": ["writers", "maintainers", "admins"], "owner": ["writers", "admins"]},
	"maintain": {"repo": ["maintainers", "admins"], "owner": ["admins"]},
	"admin": {"repo": ["admins"], "owner": ["admins"]},
}
