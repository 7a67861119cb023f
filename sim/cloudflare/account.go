package cloudflare

func accountRoutes() []route {
	return []route{
		{method: "GET", pattern: "/accounts", need: AccountRead, handle: listAccounts},
		{method: "GET", pattern: "/accounts/{account}", need: AccountRead, handle: getAccount},
		{method: "GET", pattern: "/memberships", need: AccountRead, handle: listMemberships},
	}
}

// view writes an account as the API does.
func (a *accountRow) view() map[string]any {
	return map[string]any{
		"id": a.ID, "name": a.Name, "type": a.Type, "created_on": stamp(a.Created),
		"settings": map[string]any{"enforce_twofactor": false},
	}
}

// accounts lists the accounts that the call's token sees.
func (c *call) accounts() []accountRow {
	var list []accountRow
	for _, acc := range c.st.Accounts {
		if c.mayAccount(acc.ID) && !acc.Foreign {
			list = append(list, acc)
		}
	}
	return list
}

func listAccounts(c *call) (answer, error) {
	list := []map[string]any{}
	for _, acc := range c.accounts() {
		if name := c.param("name"); name == "" || name == acc.Name {
			list = append(list, acc.view())
		}
	}
	cut, info := page(c, list, 20, 50)
	return answer{result: cut, info: info}, nil
}

func getAccount(c *call) (answer, error) { return answer{result: c.account.view()}, nil }

func listMemberships(c *call) (answer, error) {
	list := []map[string]any{}
	for _, acc := range c.accounts() {
		list = append(list, map[string]any{
			"id": acc.ID, "status": "accepted", "roles": []string{"Super Administrator - All Privileges"},
			"account": map[string]any{"id": acc.ID, "name": acc.Name},
		})
	}
	cut, info := page(c, list, 20, 50)
	return answer{result: cut, info: info}, nil
}
