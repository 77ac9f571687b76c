"""The kit every panel is built of: tables, figures, fields, buttons, forms. Knows no command and no panel."""
