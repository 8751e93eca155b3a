import { z } from 'zod'

// Has to come before the first schema is made: zod tries `new Function` while making one, and Chrome reports each try.
z.config({ jitless: true })
