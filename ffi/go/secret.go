package trafficengine

// Secret is a password. It is behind a pointer, because fmt prints a string also where it finds it
// in a field that is not exported, and asks no method there how it should look.
type Secret struct {
	text *string
}

// NewSecret keeps a password.
func NewSecret(password string) Secret {
	return Secret{&password}
}

// String does not tell the password.
func (secret Secret) String() string {
	return hidden
}

func (secret Secret) reveal() string {
	if secret.text == nil {
		return ""
	}
	return *secret.text
}
