//go:build shipped

package web

import "github.com/go-chi/chi/v5"

// gallery is not part of the program that is shipped.
func (s *Server) gallery(chi.Router) {}
