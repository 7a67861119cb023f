package plex

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// plistString returns the string under key of the outermost dictionary of an
// XML property list, or "" when there is none. Errors never repeat the
// content.
func plistString(data []byte, key string) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	depth, found := 0, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		if err != nil {
			return "", errors.New("the property list is damaged")
		}
		switch e := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			if depth != 3 { // plist, dict, entry
				continue
			}
			isKey := e.Name.Local == "key"
			if !isKey && e.Name.Local != "string" {
				found = false
				continue
			}
			var value string
			if err := d.DecodeElement(&value, &e); err != nil {
				return "", errors.New("the property list is damaged")
			}
			depth-- // DecodeElement has read the end
			if found && !isKey {
				return value, nil
			}
			found = isKey && value == key
		}
	}
}
