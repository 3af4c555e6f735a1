package system

// Root is the repository's folder.
func (s *System) Root() string { return s.root }
