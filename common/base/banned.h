/* SPDX-License-Identifier: Apache-2.0 */
/* banned - always the last include of a .c file: calls that do not compile here */
#pragma once
#pragma GCC poison PQexec sprintf vsprintf strcpy strcat strtok atoi atol gets sleep usleep system
