package bench

default decision := "deny"

decision := "allow" if allow

me := data.principals[input.principal]

item := data.resources[input.resource]

allow if {
	input.action == "read"
	item.public
}

allow if {
	input.action == "read"
	item.ancestors[me.view]
}

allow if {
	input.action in {"read", "write", "share"}
	me.documents[input.resource]
}

allow if {
	input.action in {"read", "write", "share"}
	me.folders[input.resource]
}

allow if {
	input.action in {"read", "write", "share"}
	some folder, _ in me.folders
	item.ancestors[folder]
}

allow if {
	input.action == "change_owner"
	me.documents[input.resource]
}

allow if {
	input.action == "create_document"
	me.folders[input.resource]
}
