package bench

default decision := "deny"

decision := "allow" if allow

groups := data.principals[input.principal].ancestors

list := data.resources[input.resource]

allow if input.action in {"create_list", "get_lists"}

allow if list.owner == input.principal

allow if {
	input.action == "get_list"
	groups[list.readers]
}

allow if {
	input.action in {"get_list", "update_list", "create_task", "update_task", "delete_task"}
	groups[list.editors]
}
